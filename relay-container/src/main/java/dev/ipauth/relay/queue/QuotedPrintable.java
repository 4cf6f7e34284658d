package dev.ipauth.relay.queue;

/** RFC 2045 section 6.7, for texts whose lines end in CRLF. */
final class QuotedPrintable {
  private static final int LINE = 75;
  private static final String HEX = "0123456789ABCDEF";

  private QuotedPrintable() {}

  static String of(byte[] octets) {
    var out = new StringBuilder(octets.length + octets.length / 8);
    int column = 0;
    for (int i = 0; i < octets.length; i++) {
      if (isLineEnd(octets, i)) {
        out.append("\r\n");
        column = 0;
        i++;
        continue;
      }
      String piece = isPlain(octets, i) ? String.valueOf((char) octets[i]) : escaped(octets[i]);
      if (column + piece.length() > LINE) {
        out.append("=\r\n");
        column = 0;
      }
      out.append(piece);
      column += piece.length();
    }
    return out.toString();
  }

  private static boolean isLineEnd(byte[] octets, int at) {
    return octets[at] == '\r' && at + 1 < octets.length && octets[at + 1] == '\n';
  }

  /** A blank at a line's end might get lost on the way. */
  private static boolean isPlain(byte[] octets, int at) {
    byte octet = octets[at];
    if (octet == ' ' || octet == '\t') {
      return at + 1 < octets.length && !isLineEnd(octets, at + 1);
    }
    return octet > ' ' && octet < 127 && octet != '=';
  }

  private static String escaped(byte octet) {
    return "=" + HEX.charAt(octet >> 4 & 15) + HEX.charAt(octet & 15);
  }
}
