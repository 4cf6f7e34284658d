package dev.ipauth.relay.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ipauth.tables.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import java.util.Arrays;

/** Any octets before a connection: whose it is, beside what Netty's own decoder says. */
class ProxyHeaderFuzzTest {
  private static final int V2_LONGEST = 16 + 1024;

  @FuzzTest
  @DictionaryEntries({
    "PROXY ",
    "TCP4 ",
    "TCP6 ",
    "UNKNOWN",
    " 65535 25\\x0d\\x0a",
    "192.0.2.1",
    "2001:db8::1",
    "::ffff:",
    "\\x0d\\x0a\\x0d\\x0a\\x00\\x0d\\x0aQUIT\\x0a",
    "\\x21\\x11\\x00\\x0c",
    "\\x21\\x21\\x00\\x24",
    "\\x20\\x00"
  })
  void nobodyIsTakenForSomebodyElse(byte[] octets) {
    ByteBuf all = Unpooled.wrappedBuffer(octets);
    ProxyHeader whole = ProxyHeader.take(all);
    int taken = all.readerIndex();
    assertTrue(taken <= V2_LONGEST, "more was taken than a header may have");
    isDecidedOnceAndForAll(octets, whole, taken);
    switch (whole) {
      case ProxyHeader.Client(IpAddress address) -> {
        assertEquals(address, spelt(octets));
        assertEquals(address, asNettyReadsIt(Arrays.copyOf(octets, taken)));
      }
      case ProxyHeader.Incomplete _ -> {
        assertEquals(0, taken);
        assertTrue(octets.length < V2_LONGEST, "it waits for more than a header may have");
      }
      case ProxyHeader.ProxyItself _, ProxyHeader.Malformed _ -> {}
    }
  }

  /** As the octets come one by one: undecided, then decided, and more changes nothing. */
  private static void isDecidedOnceAndForAll(byte[] octets, ProxyHeader whole, int taken) {
    for (int length = 0; length < octets.length && length <= V2_LONGEST; length++) {
      ByteBuf some = Unpooled.wrappedBuffer(octets, 0, length);
      ProxyHeader early = ProxyHeader.take(some);
      if (early instanceof ProxyHeader.Incomplete) {
        assertEquals(0, some.readerIndex());
        assertTrue(taken == 0 || length < taken, "a whole header was waited on");
      } else {
        assertEquals(whole, early, length + " octets");
        if (!(early instanceof ProxyHeader.Malformed)) {
          assertEquals(taken, some.readerIndex());
        }
      }
    }
  }

  /** The source, from where the specification puts it. */
  private static IpAddress spelt(byte[] octets) {
    if (octets[0] == 'P') {
      String line = new String(octets, ISO_8859_1);
      return IpAddress.of(InetAddress.ofLiteral(line.split(" ", -1)[2]));
    }
    return IpAddress.of(Arrays.copyOfRange(octets, 16, octets[13] == 0x11 ? 20 : 32));
  }

  private static IpAddress asNettyReadsIt(byte[] header) {
    byte[] plain = header[0] == 'P' ? plainlySpelt(header) : withoutExtensions(header);
    var channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(plain));
    HAProxyMessage message = assertInstanceOf(HAProxyMessage.class, channel.readInbound());
    try {
      assertEquals(HAProxyCommand.PROXY, message.command());
      return IpAddress.of(InetAddress.ofLiteral(message.sourceAddress()));
    } finally {
      message.release();
      channel.finishAndReleaseAll();
    }
  }

  /** Netty doesn't know every spelling of RFC 4291 section 2.2. */
  private static byte[] plainlySpelt(byte[] header) {
    String[] words = new String(header, ISO_8859_1).split(" ", -1);
    for (int i = 2; i < 4 && words[1].equals("TCP6"); i++) {
      IpAddress address = IpAddress.of(InetAddress.ofLiteral(words[i]));
      words[i] = (address.isIpv4() ? "::ffff:" : "") + address;
    }
    return String.join(" ", words).getBytes(ISO_8859_1);
  }

  /** Netty reads version 2's extensions; the relay believes none. */
  private static byte[] withoutExtensions(byte[] header) {
    int addresses = header[13] == 0x11 ? 12 : 36;
    byte[] plain = Arrays.copyOf(header, 16 + addresses);
    plain[14] = 0;
    plain[15] = (byte) addresses;
    return plain;
  }
}
