package dev.ipauth.relay.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No secret is shown, whoever quotes it, and however. */
class SecretsTest {
  private static final Secrets SECRETS = Secrets.of("s3cr+t& of~ours", "short");

  @ParameterizedTest
  @CsvSource({
    "nothing of it, nothing of it",
    "'', ''",
    "wrong s3cr+t& of~ours!, wrong …!",
    "client_secret=s3cr%2Bt%26+of%7Eours&scope=x, client_secret=…&scope=x",
    "client_secret=s3cr%2bt%26+of%7eours&scope=x, client_secret=…&scope=x",
    "?s3cr%2Bt%26%20of%7Eours, ?…",
    "czNjcit0JiBvZn5vdXJz in base64, … in base64",
    "s3cr+t& of~ours twice s3cr+t& of~ours, … twice …",
    "cut off: s3cr+t& of, cut off: …",
    "cut off: czNjcit0JiBv..., cut off: ......",
    "short and shorter, … and …er",
  })
  void leftOut(String words, String shown) {
    assertEquals(shown.replace("......", "…..."), SECRETS.leftOutOf(words));
  }

  @Test
  void noSecretAtAll() {
    assertEquals("words", Secrets.of("", "").leftOutOf("words"));
  }
}
