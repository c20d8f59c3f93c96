package io.skywire.ingester.relay;

import static io.skywire.embedded.relay.FakeRelay.BINARY;
import static io.skywire.embedded.relay.FakeRelay.CLOSE;
import static io.skywire.embedded.relay.FakeRelay.CONTINUATION;
import static io.skywire.embedded.relay.FakeRelay.FIN;
import static io.skywire.embedded.relay.FakeRelay.PING;
import static io.skywire.embedded.relay.FakeRelay.PONG;
import static io.skywire.embedded.relay.FakeRelay.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skywire.ingester.relay.FrameAssembler.ViolationException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakDetection.class)
class FrameAssemblerTest {
  private static final RelayLimits LIMITS = Sessions.LIMITS;

  private final List<String> out = new ArrayList<>();
  private boolean more = true;
  private final FrameAssembler assembler =
      new FrameAssembler(
          LIMITS,
          new FrameAssembler.Output() {
            @Override
            public boolean frame(byte[] frame) {
              out.add("frame " + Arrays.hashCode(frame) + " of " + frame.length);
              return more;
            }

            @Override
            public void ping(byte[] payload) {
              out.add("ping " + HexFormat.of().formatHex(payload));
            }

            @Override
            public void pong() {
              out.add("pong");
            }

            @Override
            public void closed(int code, String reason) {
              out.add("closed " + code + " " + reason);
            }
          });

  @Test
  void readsTheSameHoweverTheBytesAreCut() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      byte[] payload =
          new byte[random.nextInt(4) == 0 ? random.nextInt(3_000) : random.nextInt(130)];
      random.nextBytes(payload);
      byte[] kept = Arrays.copyOf(payload, Math.min(payload.length, LIMITS.frameBytesMax()));
      int cut = random.nextInt(payload.length + 1);
      if (random.nextBoolean()) {
        sent.writeBytes(frame(FIN | BINARY, payload));
      } else {
        sent.writeBytes(frame(BINARY, Arrays.copyOf(payload, cut)));
        sent.writeBytes(frame(FIN | PING, new byte[] {(byte) 0xab}));
        expected.add("ping ab");
        sent.writeBytes(
            frame(FIN | CONTINUATION, Arrays.copyOfRange(payload, cut, payload.length)));
      }
      sent.writeBytes(frame(FIN | PONG, new byte[0]));
      expected.add("frame " + Arrays.hashCode(kept) + " of " + kept.length);
      expected.add("pong");
    }
    sent.writeBytes(frame(FIN | CLOSE, new byte[] {3, (byte) 0xe8, 'b', 'y', 'e'}));
    expected.add("closed 1000 bye");
    sent.writeBytes(frame(FIN | PING, new byte[0]));

    byte[] bytes = sent.toByteArray();
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 700));
      ByteBuf piece = Unpooled.wrappedBuffer(bytes, at, count);
      assembler.read(piece);
      assertThat(piece.isReadable()).isFalse();
      at += count;
    }

    assertThat(out).as("seed %d", seed).isEqualTo(expected);
  }

  @Test
  void readsNoFurtherWhenToldSo() throws Exception {
    ByteBuf two =
        Unpooled.wrappedBuffer(frame(FIN | BINARY, new byte[3]), frame(FIN | BINARY, new byte[4]));
    more = false;
    assembler.read(two);
    assertThat(out).hasSize(1);
    assertThat(two.readableBytes()).isEqualTo(6);
    assembler.read(two);
    assertThat(out).hasSize(2);
  }

  @Test
  void joinsManySmallFragmentsInLinearTime() throws Exception {
    assembler.read(Unpooled.wrappedBuffer(frame(BINARY, new byte[0])));
    byte[] one = frame(CONTINUATION, new byte[] {7});
    for (int i = 0; i < 1_200; i++) {
      assembler.read(Unpooled.wrappedBuffer(one));
    }
    assertThat(assembler.inFrame()).isTrue();
    assembler.read(Unpooled.wrappedBuffer(frame(FIN | CONTINUATION, new byte[0])));
    byte[] kept = new byte[LIMITS.frameBytesMax()];
    Arrays.fill(kept, (byte) 7);
    assertThat(out).containsExactly("frame " + Arrays.hashCode(kept) + " of " + kept.length);
    assertThat(assembler.inFrame()).isFalse();
  }

  @Test
  void countsFragmentsTowardsAnEndlessFrame() throws Exception {
    byte[] part = new byte[LIMITS.frameBytesMax()];
    assembler.read(Unpooled.wrappedBuffer(frame(BINARY, part)));
    for (int i = 1; i < RelayLimits.ENDLESS_FACTOR; i++) {
      assembler.read(Unpooled.wrappedBuffer(frame(CONTINUATION, part)));
    }
    assertThatThrownBy(
            () -> assembler.read(Unpooled.wrappedBuffer(frame(CONTINUATION, new byte[1]))))
        .isInstanceOf(ViolationException.class)
        .hasMessageStartingWith("an endless frame");
  }

  @Test
  void readsTheLargestControlMessageHoweverItIsCut() throws Exception {
    byte[] payload = new byte[125];
    new Random(1).nextBytes(payload);
    for (byte one : frame(FIN | PING, payload)) {
      assembler.read(Unpooled.wrappedBuffer(new byte[] {one}));
    }
    assertThat(out).containsExactly("ping " + HexFormat.of().formatHex(payload));
  }

  @Test
  void namesACloseWithoutACode() throws Exception {
    assembler.read(Unpooled.wrappedBuffer(frame(FIN | CLOSE, new byte[0])));
    assertThat(out).containsExactly("closed 1005 ");
  }

  @ParameterizedTest
  @CsvSource({
    "c200, reserved bits",
    "828000000000, masked",
    "827f8000000000000000, negative length",
    "827f7fffffffffffffff, endless frame",
    "8300, unknown opcode 3",
    "8f00, unknown opcode 15",
    "8000, out of order",
    "02008200, out of order",
    "0900, control frame",
    "897e0080, control frame",
    "880100, half a code"
  })
  void refusesWhatTheProtocolForbids(String hex, String words) {
    ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> assembler.read(bytes))
        .isInstanceOf(ViolationException.class)
        .hasMessageContaining(words);
    assertThat(out).isEmpty();
  }
}
