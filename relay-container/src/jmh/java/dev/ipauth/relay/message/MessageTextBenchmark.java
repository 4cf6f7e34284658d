package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What a message's octets cost between the device's socket and the next hop's, each. */
@State(Scope.Thread)
public class MessageTextBenchmark {
  private static final int READ = 1 << 16;

  /** How the device ends its lines. */
  @Param({"\r\n", "\n"})
  String lineEnd = "\r\n";

  private ByteBuffer read = ByteBuffer.allocate(0);

  /** One read's worth of a scan: base64 in lines of 76. */
  @Setup
  public void scan() {
    var octets = new byte[READ];
    new Random(1).nextBytes(octets);
    byte[] text = Base64.getMimeEncoder(76, lineEnd.getBytes(US_ASCII)).encode(octets);
    read = ByteBuffer.allocateDirect(READ).put(text, 0, READ).flip();
  }

  @Benchmark
  @OperationsPerInvocation(READ)
  public void repaired(Blackhole blackhole) {
    var encoder = new Encoder();
    ByteBuffer in = read.duplicate();
    encoder.between(in, into(blackhole));
    blackhole.consume(new Decoder(Framing.DOT, encoder).take(in));
    encoder.flush();
  }

  private static TextOut into(Blackhole blackhole) {
    return new TextOut() {
      @Override
      public void slice(int from, int to) {
        blackhole.consume(to);
      }

      @Override
      public void insert(byte[] octets) {
        blackhole.consume(octets);
      }
    };
  }
}
