package io.skywire.embedded.simulator;

/** A block of DAG-CBOR with its CID. The bytes are not to be changed. */
@SuppressWarnings("ArrayRecordComponent") // never compared; the CID stands for the bytes
record Block(Cid cid, byte[] bytes) {
  static Block of(byte[] dagCbor) {
    return new Block(Cid.ofDagCbor(dagCbor), dagCbor);
  }
}
