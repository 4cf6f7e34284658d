package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ipauth.relay.smtp.AuthDialogue.Turn;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AUTH, from the command to a name and a password. */
class AuthDialogueTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      value = {
        "what it is             | response                        | username | password",
        "a name and a password  | \\0scanner\\0secret             | scanner  | secret",
        "for oneself            | scanner\\0scanner\\0secret      | scanner  | secret",
        "for oneself, shouted   | SCANNER\\0scanner\\0secret      | scanner  | secret",
        "its name as authzid    | scanner\\0\\0secret             | scanner  | secret",
        "for somebody else      | boss\\0scanner\\0secret         | ''       | secret",
        "an empty password      | \\0scanner\\0                   | scanner  | ''",
        "nothing but its parts  | \\0\\0                          | ''       | ''",
        "letters                | \\0büro\\0pässword              | büro     | pässword",
        "space stays            | '\\0 scanner \\0 secret '       | ' scanner ' | ' secret '",
        "no NUL                 | scanner                         |          |",
        "one NUL                | scanner\\0secret                |          |",
        "three NULs             | \\0scanner\\0secret\\0          |          |",
        "nothing                | ''                              |          |"
      },
      delimiter = '|',
      useHeadersInDisplayName = true)
  void plainIsThreePartsBetweenNuls(
      String what, String response, @Nullable String username, @Nullable String password) {
    Turn expected =
        username == null || password == null
            ? new Turn.Failed(Replies.AUTH_MALFORMED)
            : new Turn.Given(username, password);
    String octets = base64(response.replace("\\0", "\0"));
    assertEquals(expected, plain().begin(octets.isEmpty() ? "=" : octets), what);
    var asked = plain();
    assertEquals(new Turn.Ask(Reply.of(334, "")), asked.begin(null));
    assertEquals(expected, asked.answer(octets), what);
  }

  @Test
  void loginAsksForANameAndThenForAPassword() {
    var dialogue = login();
    assertEquals(ask("Username:"), dialogue.begin(null));
    assertEquals(ask("Password:"), dialogue.answer(base64("scanner")));
    assertEquals(new Turn.Given("scanner", "secret"), dialogue.answer(base64("secret")));
  }

  @Test
  void loginMayBringTheNameAlong() {
    var dialogue = login();
    assertEquals(ask("Password:"), dialogue.begin(base64("scanner")));
    assertEquals(new Turn.Given("scanner", "secret"), dialogue.answer(base64("secret")));
  }

  /**
   * RFC 4954 section 4: that is how an empty response is written in the command, and only there.
   */
  @Test
  void anEqualsSignIsAnEmptyResponse() {
    var dialogue = login();
    assertEquals(ask("Password:"), dialogue.begin("="));
    assertEquals(new Turn.Given("", ""), dialogue.answer(""));
    assertEquals(new Turn.Failed(Replies.AUTH_MALFORMED), login().answer("="));
  }

  @Test
  void anAsteriskGivesUp() {
    var failed = new Turn.Failed(Replies.AUTH_CANCELLED);
    assertEquals(failed, plain().answer("*"));
    assertEquals(failed, login().answer("*"));
    var halfway = login();
    halfway.begin(base64("scanner"));
    assertEquals(failed, halfway.answer("*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "a", "AHNj YW5u", "AHNjYW5uZXI\0AA==", "é", "**", "AAAA=AAA"})
  void whatIsNoBase64IsRefused(String line) {
    var failed = new Turn.Failed(Replies.AUTH_MALFORMED);
    assertEquals(failed, plain().answer(line));
    assertEquals(failed, plain().begin(line));
    assertEquals(failed, login().answer(line));
    var halfway = login();
    halfway.begin(base64("scanner"));
    assertEquals(failed, halfway.answer(line));
  }

  /** Some devices leave the padding out, and some add a space. */
  @ParameterizedTest
  @ValueSource(strings = {"AHNjYW5uZXIAcw==", "AHNjYW5uZXIAcw", " AHNjYW5uZXIAcw== "})
  void base64MayBeALittleOff(String line) {
    assertEquals(new Turn.Given("scanner", "s"), plain().answer(line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CRAM-MD5", "XOAUTH2", "EXTERNAL", "plain", ""})
  void thereIsNoOtherMechanism(String mechanism) {
    assertNull(AuthDialogue.of(mechanism));
  }

  private static Turn ask(String prompt) {
    return new Turn.Ask(Reply.of(334, base64(prompt)));
  }

  private static AuthDialogue plain() {
    return Objects.requireNonNull(AuthDialogue.of("PLAIN"));
  }

  private static AuthDialogue login() {
    return Objects.requireNonNull(AuthDialogue.of("LOGIN"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
