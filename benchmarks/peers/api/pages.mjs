// What one would write by hand: Fastify and pg, one process, the same table, the same form of answer.
//   node pages.mjs VARIANT      with PORT, TOKEN, CONNECTIONS, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE
// VARIANT: objects (events are parsed and written again, as the libraries do by themselves)
//       or text (events are passed on as PostgreSQL sends them)
import Fastify from 'fastify'
import pg from 'pg'

const text = process.argv[2] === 'text'
const JSON_TYPE = 114
if (text) pg.types.setTypeParser(JSON_TYPE, (json) => json)

const pool = new pg.Pool({ max: Number(process.env.CONNECTIONS) })
const bearer = 'Bearer ' + process.env.TOKEN
const query = {
  name: 'page',
  text: 'select seq, event from firehose_events where seq > $1 order by seq limit $2',
}

const server = Fastify()

server.addHook('onRequest', async (request, reply) => {
  if (request.headers.authorization !== bearer) return reply.code(401).send()
})

server.get('/api/events', async (request, reply) => {
  const since = request.query.since ?? '0'
  const limit = Math.min(Number(request.query.limit ?? 100), 1000)
  const { rows } = await pool.query({ ...query, values: [since, limit] })
  const maxSeq = Number(rows.length > 0 ? rows[rows.length - 1].seq : since)
  if (text) {
    reply.header('content-type', 'application/json')
    const events = rows.map((row) => row.event).join(',')
    return `{"events":[${events}],"max_seq":${maxSeq},"count":${rows.length}}`
  }
  return { events: rows.map((row) => row.event), max_seq: maxSeq, count: rows.length }
})

await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
