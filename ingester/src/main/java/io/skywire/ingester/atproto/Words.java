package io.skywire.ingester.atproto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Several bytes of an array at once. */
final class Words {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Words() {}

  /** Eight bytes, the first one lowest. */
  static long eight(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  static void putEight(byte[] bytes, int at, long eight) {
    LONGS.set(bytes, at, eight);
  }

  /** Four bytes, the first one highest. */
  static int four(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }
}
