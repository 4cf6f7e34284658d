package dev.ipauth.relay.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The address in this header decides who may send: what isn't exactly right is nobody's. */
class ProxyHeaderTest {
  private static final String BEHIND = "EHLO printer\r\n";

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "proxy-headers.csv",
      delimiter = '|',
      numLinesToSkip = 1,
      ignoreLeadingAndTrailingWhitespace = false)
  void isReadAsTheTableSays(String written, String outcome) {
    byte[] header = octets(written.substring(0, written.length() - 1));
    String expected = outcome.strip();
    assertEquals(expected, read(Unpooled.wrappedBuffer(header)));
    switch (expected) {
      case "malformed", "incomplete" -> {}
      default -> takesNoMoreAndNoLess(header, expected);
    }
  }

  /** However it comes: incomplete until its last octet, and what is behind stays. */
  private static void takesNoMoreAndNoLess(byte[] header, String expected) {
    for (int length = 0; length < header.length; length++) {
      ByteBuf part = Unpooled.wrappedBuffer(header, 0, length);
      assertEquals("incomplete", read(part), length + " octets");
      assertEquals(length, part.readableBytes());
    }
    ByteBuf more = Unpooled.wrappedBuffer(header, BEHIND.getBytes(ISO_8859_1));
    assertEquals(expected, read(more));
    assertEquals(BEHIND, more.toString(ISO_8859_1));
  }

  private static byte[] octets(String written) {
    if (!written.startsWith("v2 ")) {
      return written.translateEscapes().getBytes(ISO_8859_1);
    }
    byte[] rest = HexFormat.of().parseHex(written.substring(3).replace(" ", ""));
    byte[] signature = ProxyHeader.V2_SIGNATURE.getBytes(ISO_8859_1);
    return Unpooled.copiedBuffer(signature, rest).array();
  }

  private static String read(ByteBuf received) {
    return switch (ProxyHeader.take(received)) {
      case ProxyHeader.Incomplete() -> "incomplete";
      case ProxyHeader.Malformed() -> "malformed";
      case ProxyHeader.ProxyItself() -> "the proxy itself";
      case ProxyHeader.Client(var address) -> address.toString();
    };
  }
}
