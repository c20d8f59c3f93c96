// A frame's bytes to JSON text with the libraries of others, one thread.
//   node decode.mjs FRAMES VARIANT MILLISECONDS RECORDS      prints frames a second
// FRAMES is [u32 length, big endian][frame]...; RECORDS is how many records are in them, which is seen to first. A warm-up
// of a third of the time is not counted.
import fs from 'node:fs'
import { hash } from 'node:crypto'

const [file, variant, milliseconds, expected] = process.argv.slice(2)

function load() {
  const raw = fs.readFileSync(file)
  const frames = []
  for (let at = 0; at < raw.length;) {
    const length = raw.readUInt32BE(at)
    frames.push(new Uint8Array(raw.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return frames
}

let counting = true
let records = 0

function json(type, body, ops) {
  if (counting && ops) records += ops.filter((op) => op.record !== undefined).length
  return JSON.stringify({ type, did: body.repo ?? body.did, rev: body.rev, seq: body.seq, time: body.time, ops }).length
}

async function atcute(verified) {
  const { decode, decodeFirst, fromBytes } = await import('@atcute/cbor')
  const { fromUint8Array } = await import('@atcute/car')
  const { toString } = await import('@atcute/cid')
  return (frame) => {
    const [header, rest] = decodeFirst(frame)
    const [body] = decodeFirst(rest)
    if (header.t !== '#commit') return json(header.t, body)
    const blocks = new Map()
    for (const entry of fromUint8Array(fromBytes(body.blocks))) {
      if (verified && Buffer.compare(hash('sha256', entry.bytes, 'buffer'), entry.cid.digest.contents)) {
        throw new Error('a block is not what its CID says')
      }
      blocks.set(toString(entry.cid), entry.bytes)
    }
    return json(header.t, body, body.ops.map((op) => ({
      action: op.action, path: op.path, cid: op.cid?.$link,
      record: op.cid ? decode(blocks.get(op.cid.$link)) : undefined,
    })))
  }
}

async function atproto() {
  const { Frame } = await import('@atproto/xrpc-server')
  const { readCar, cborToLexRecord } = await import('@atproto/repo')
  const { lexToJson } = await import('@atproto/lex-json')
  return async (bytes) => {
    const frame = Frame.fromBytes(bytes)
    const body = frame.body
    if (frame.type !== '#commit') return json(frame.type, body)
    const car = await readCar(body.blocks, { skipCidVerification: true })
    return json(frame.type, body, body.ops.map((op) => ({
      action: op.action, path: op.path, cid: op.cid?.toString(),
      record: op.cid ? lexToJson(cborToLexRecord(car.blocks.get(op.cid))) : undefined,
    })))
  }
}

async function atprotoVerified() {
  const { Frame } = await import('@atproto/xrpc-server')
  const { parseCommitUnauthenticated } = await import('@atproto/sync')
  const { lexToJson } = await import('@atproto/lex-json')
  return async (bytes) => {
    const frame = Frame.fromBytes(bytes)
    const body = frame.body
    if (frame.type !== '#commit') return json(frame.type, body)
    const events = await parseCommitUnauthenticated(body)
    return json(frame.type, body, events.map((op) => ({
      action: op.event, path: op.collection + '/' + op.rkey, cid: op.cid?.toString(),
      record: op.record && lexToJson(op.record),
    })))
  }
}

const variants = {
  'atcute': () => atcute(false),
  'atcute-verified': () => atcute(true),
  'atproto': atproto,
  'atproto-verified': atprotoVerified,
}

const frames = load()
const decode = await variants[variant]()

async function run(time) {
  const start = performance.now()
  let decoded = 0
  let characters = 0
  for (;;) {
    for (const frame of frames) {
      const result = decode(frame)
      characters += result instanceof Promise ? await result : result
      if ((++decoded & 63) === 0 && performance.now() - start > time) {
        return (decoded * 1000) / (performance.now() - start) + 0 * characters
      }
    }
  }
}

for (const frame of frames) await decode(frame)
if (records !== Number(expected)) throw new Error(`${records} records, and not ${expected}`)
counting = false
await run(milliseconds / 3)
console.log(Math.round(await run(milliseconds)))
