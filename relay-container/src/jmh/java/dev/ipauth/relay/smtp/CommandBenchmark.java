package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What reading one command costs. */
@State(Scope.Thread)
public class CommandBenchmark {

  @Param({
    "EHLO scanner-2f.example.com",
    "MAIL FROM:<scans@example.com> SIZE=48213 BODY=8BITMIME",
    "RCPT TO:<boss@example.net>",
    "DATA",
    "GET / HTTP/1.1"
  })
  String line = "";

  private byte[] octets = new byte[0];

  @Setup
  public void octets() {
    octets = line.getBytes(US_ASCII);
  }

  @Benchmark
  public Command parsed() {
    return Command.parse(octets);
  }
}
