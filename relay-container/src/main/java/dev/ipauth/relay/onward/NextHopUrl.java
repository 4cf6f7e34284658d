package dev.ipauth.relay.onward;

import java.util.Locale;
import java.util.regex.Pattern;

/** Where mail is handed on: the setting {@code NEXT_HOP}. */
public sealed interface NextHopUrl permits NextHopAddress, NextHopUrl.Ses {

  /**
   * {@code ses://region}: Amazon SES, by its API.
   *
   * @param region such as {@code eu-central-1}
   */
  record Ses(String region) implements NextHopUrl {
    private static final String SCHEME = "ses://";
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(?:-[a-z]+)+-\\d{1,2}");

    @Override
    public String toString() {
      return SCHEME + region;
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with a sentence that says what to write instead
   */
  static NextHopUrl parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!lower.startsWith(Ses.SCHEME)) {
      return NextHopAddress.parse(text);
    }
    String region = lower.substring(Ses.SCHEME.length());
    if (!Ses.REGION.matcher(region).matches()) {
      throw new IllegalArgumentException("Write `ses://` and a region such as eu-central-1.");
    }
    return new Ses(region);
  }
}
