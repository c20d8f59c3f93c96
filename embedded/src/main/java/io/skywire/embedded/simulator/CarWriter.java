package io.skywire.embedded.simulator;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * Writes a CAR v1: a header that names the root, then each block behind its CID. Pure.
 *
 * @see <a href="https://ipld.io/specs/transport/car/carv1/">CAR v1</a>
 */
final class CarWriter {
  private CarWriter() {}

  /** A CAR of the blocks in their order; the first is the root. */
  static byte[] write(List<Block> blocks) {
    byte[] header =
        new DagCborWriter()
            .map(2)
            .key("roots")
            .list(1)
            .link(blocks.getFirst().cid())
            .endList()
            .key("version")
            .integer(1)
            .endMap()
            .toBytes();
    ByteArrayOutputStream car = new ByteArrayOutputStream(4_096);
    varint(header.length, car);
    car.writeBytes(header);
    for (Block block : blocks) {
      varint(Cid.LENGTH + block.bytes().length, car);
      car.writeBytes(block.cid().bytes());
      car.writeBytes(block.bytes());
    }
    return car.toByteArray();
  }

  private static void varint(int value, ByteArrayOutputStream out) {
    int rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
