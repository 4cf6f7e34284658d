package dev.ipauth.relay.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a device says first in TLS (RFC 8446 section 4.1.2), as far as an operator wants to know it.
 */
final class ClientHello {
  private static final int HANDSHAKE_RECORD = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE_HEADER = 4;
  private static final int RANDOM = 32;
  private static final int TLS_1_3 = 0x304;

  private ClientHello() {}

  /**
   * The newest version that is offered.
   *
   * @param octets the connection's first
   * @return such as {@code TLS 1.0}; null when they are no ClientHello, or not enough of one
   */
  static @Nullable String newestVersion(byte[] octets) {
    try {
      return name(newest(ByteBuffer.wrap(octets)));
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException _) {
      return null;
    }
  }

  private static int newest(ByteBuffer in) {
    boolean hello = in.get(0) == HANDSHAKE_RECORD && in.get(RECORD_HEADER) == CLIENT_HELLO;
    if (!hello) {
      throw new IllegalArgumentException("no ClientHello");
    }
    skip(in, RECORD_HEADER + HANDSHAKE_HEADER);
    int newest = u16(in);
    skip(in, RANDOM);
    skip(in, u8(in));
    skip(in, u16(in));
    skip(in, u8(in));
    // Before TLS 1.2 there need be no extensions.
    int extensions = in.remaining() < 2 ? 0 : u16(in);
    return Math.max(newest, supported(in, extensions));
  }

  private static int supported(ByteBuffer in, int extensions) {
    int end = in.position() + extensions;
    while (in.position() < end) {
      int type = u16(in);
      int length = u16(in);
      if (type == SUPPORTED_VERSIONS) {
        return newestOf(in, u8(in) / 2);
      }
      skip(in, length);
    }
    return 0;
  }

  /** Some are made up, to keep servers used to what they don't know (RFC 8701). */
  private static int newestOf(ByteBuffer in, int count) {
    int newest = 0;
    for (int i = 0; i < count; i++) {
      int version = u16(in);
      newest = version <= TLS_1_3 ? Math.max(newest, version) : newest;
    }
    return newest;
  }

  private static @Nullable String name(int version) {
    return switch (version) {
      case 0x300 -> "SSL 3.0";
      case 0x301 -> "TLS 1.0";
      case 0x302 -> "TLS 1.1";
      case 0x303 -> "TLS 1.2";
      case TLS_1_3 -> "TLS 1.3";
      default -> null;
    };
  }

  private static int u8(ByteBuffer in) {
    return Byte.toUnsignedInt(in.get());
  }

  private static int u16(ByteBuffer in) {
    return Short.toUnsignedInt(in.getShort());
  }

  private static void skip(ByteBuffer in, int octets) {
    in.position(in.position() + octets);
  }
}
