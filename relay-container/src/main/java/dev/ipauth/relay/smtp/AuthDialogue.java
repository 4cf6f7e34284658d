package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.tables.Username;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What is said between AUTH and the decision, for PLAIN (RFC 4616) and LOGIN. */
final class AuthDialogue {
  private static final Reply GO_ON = Reply.of(334, "");
  private static final Reply ASK_USERNAME = Reply.of(334, "VXNlcm5hbWU6");
  private static final Reply ASK_PASSWORD = Reply.of(334, "UGFzc3dvcmQ6");

  private final boolean plain;
  private @Nullable String username;

  private AuthDialogue(boolean plain) {
    this.plain = plain;
  }

  /** What follows from what the device said. */
  sealed interface Turn {
    record Ask(Reply prompt) implements Turn {}

    record Given(String username, String password) implements Turn {}

    record Failed(Reply reply) implements Turn {}
  }

  /**
   * @param mechanism upper case
   * @return null when it isn't one of the two
   */
  static @Nullable AuthDialogue of(String mechanism) {
    return switch (mechanism) {
      case "PLAIN" -> new AuthDialogue(true);
      case "LOGIN" -> new AuthDialogue(false);
      default -> null;
    };
  }

  /**
   * @param initialResponse as in the command; {@code =} is an empty one (RFC 4954 section 4)
   */
  Turn begin(@Nullable String initialResponse) {
    if (initialResponse == null) {
      return new Turn.Ask(plain ? GO_ON : ASK_USERNAME);
    }
    return answer(initialResponse.equals("=") ? "" : initialResponse);
  }

  /**
   * @param line base64, or {@code *} to give up
   */
  Turn answer(String line) {
    if (line.equals("*")) {
      return new Turn.Failed(Replies.AUTH_CANCELLED);
    }
    String response = decode(line);
    if (response == null) {
      return new Turn.Failed(Replies.AUTH_MALFORMED);
    }
    return plain ? plain(response) : login(response);
  }

  private Turn login(String response) {
    if (username == null) {
      // Others are all the same nobody's, and a stranger could keep a line of one here.
      username = Username.isUsername(response) ? response : "";
      return new Turn.Ask(ASK_PASSWORD);
    }
    return new Turn.Given(username, response);
  }

  /**
   * authzid NUL authcid NUL passwd. There are devices that give their name as authzid only; acting
   * for another user isn't possible here.
   */
  private static Turn plain(String response) {
    String[] parts = response.split("\0", -1);
    if (parts.length != 3) {
      return new Turn.Failed(Replies.AUTH_MALFORMED);
    }
    String name = parts[1].isEmpty() ? parts[0] : parts[1];
    boolean forOneself = parts[0].isEmpty() || parts[0].equalsIgnoreCase(name);
    // For another user: refused like a wrong password, by a name that nobody has.
    return new Turn.Given(forOneself ? name : "", parts[2]);
  }

  private static @Nullable String decode(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64.strip()), UTF_8);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
