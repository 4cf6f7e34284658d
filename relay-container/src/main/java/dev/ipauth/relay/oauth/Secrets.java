package dev.ipauth.relay.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the relay shows a server to be let in. The server may quote it, in whole or cut off, and
 * what it says is for logs and people.
 */
public final class Secrets {

  /** So much of a secret's beginning is taken for the secret. */
  private static final int ENOUGH = 8;

  private static final Pattern ENCODED = Pattern.compile("%[0-9A-F]{2}");

  private final List<String> spellings;

  private Secrets(List<String> spellings) {
    this.spellings = spellings;
  }

  /** These, however they are spelled: as they are, in base64, or as a form has them. */
  public static Secrets of(String... secrets) {
    Set<String> all = new LinkedHashSet<>();
    Arrays.stream(secrets).flatMap(Secrets::spellings).forEach(all::add);
    all.remove("");
    return new Secrets(List.copyOf(all));
  }

  private static Stream<String> spellings(String secret) {
    String form = URLEncoder.encode(secret, UTF_8);
    String url = form.replace("+", "%20");
    byte[] octets = secret.getBytes(UTF_8);
    return Stream.of(
        secret,
        form,
        url,
        lowerCase(form),
        lowerCase(url),
        Base64.getEncoder().encodeToString(octets),
        Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
  }

  private static String lowerCase(String encoded) {
    return ENCODED.matcher(encoded).replaceAll(octet -> octet.group().toLowerCase(Locale.ROOT));
  }

  /** The words with an ellipsis for each secret that is in them. */
  public String leftOutOf(String words) {
    var told = new StringBuilder();
    for (int at = 0; at < words.length(); ) {
      int secret = secretAt(words, at);
      told.append(secret > 0 ? '…' : words.charAt(at));
      at += Math.max(secret, 1);
    }
    return told.toString();
  }

  /** How long the secret is that begins there; 0 for none. */
  private int secretAt(String words, int at) {
    int longest = 0;
    for (String spelling : spellings) {
      int common = common(spelling, words, at);
      if (common >= Math.min(ENOUGH, spelling.length())) {
        longest = Math.max(longest, common);
      }
    }
    return longest;
  }

  private static int common(String secret, String words, int at) {
    int most = Math.min(secret.length(), words.length() - at);
    int common = 0;
    while (common < most && secret.charAt(common) == words.charAt(at + common)) {
      common++;
    }
    return common;
  }

  @Override
  public String toString() {
    return "Secrets";
  }
}
