package dev.ipauth.functions.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.functions.messages.Line.Origin;
import dev.ipauth.tables.MessageId;
import dev.ipauth.tables.Username;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes lines of texts. What a line says that the relay never wrote is no reason to stop. */
final class LineReader {
  /**
   * Reasons to end a connection on which nothing was asked for: nothing was refused either. An idle
   * one that is known ends for {@code rate} only to leave its place to another device.
   */
  private static final Set<String> ONLY_ENDS =
      Set.of("idle", "no-mail", "session-too-long", "connection-lost", "rate");

  private final JsonMapper json = JsonMapper.createDefault();

  /** What a line says; null when it concerns no SMTP user's mail, or can't be read. */
  @Nullable Line read(String text) {
    // Most of what a log holds beside event lines isn't JSON at all.
    if (!text.startsWith("{")) {
      return null;
    }
    try {
      JsonNode node = json.readValue(text.getBytes(UTF_8), Argument.of(JsonNode.class));
      return node.isObject() ? new Fields(node).line() : null;
    } catch (IOException | DateTimeException | IllegalArgumentException _) {
      return null;
    }
  }

  private record Fields(JsonNode node) {
    @Nullable Line line() {
      return switch (Objects.requireNonNullElse(text("event"), "")) {
        case "message" -> message();
        case "refused" -> refused();
        case "attempt" -> later(null);
        case "delivered" -> later(Outcome.DELIVERED);
        case "bounced" -> later(Outcome.BOUNCED);
        case "dropped" -> later(Outcome.DROPPED);
        default -> null;
      };
    }

    private @Nullable Line message() {
      Origin origin = origin("smtpUser", "accountId");
      String id = id();
      Outcome outcome = Outcome.of(required("outcome")).orElse(null);
      return origin == null || id == null || outcome == null
          ? null
          : new Line.Ended(origin, id, taken(origin, true, outcome));
    }

    private @Nullable Line refused() {
      Origin known = origin("smtpUser", "accountId");
      boolean isAuth = required("what").equals("auth");
      Origin origin =
          known == null && isAuth ? origin("attemptedUser", "attemptedAccountId") : known;
      return origin == null ? null : refused(origin, known != null);
    }

    private @Nullable Line refused(Origin origin, boolean isKnown) {
      Taken taken = taken(origin, false, Outcome.REFUSED);
      String id = id();
      return switch (required("what")) {
        case "auth" -> new Line.AuthRefused(origin, isKnown, taken);
        case "mail" -> new Line.MailRefused(origin, taken);
        case "connection" ->
            ONLY_ENDS.contains(required("reason"))
                ? null
                : new Line.ConnectionRefused(origin, taken);
        case "transaction" -> id == null ? null : new Line.Ended(origin, id, taken);
        case "recipient" ->
            id == null
                ? null
                : new Line.RecipientRefused(origin, id, taken.recipients(), taken.reply());
        default -> null;
      };
    }

    private @Nullable Line later(@Nullable Outcome outcome) {
      Origin origin = origin("smtpUser", "accountId");
      String id = id();
      String next = text("next");
      String acceptedAt = text("acceptedAt");
      Long attempt = number(outcome == null ? "attempt" : "attempts");
      return origin == null || id == null
          ? null
          : new Line.Later(
              origin,
              id,
              acceptedAt == null ? null : Instant.parse(acceptedAt),
              outcome,
              texts("recipients"),
              text("reply"),
              attempt,
              next == null ? null : Instant.parse(next));
    }

    private @Nullable Origin origin(String userField, String accountField) {
      String user = text(userField);
      String account = text(accountField);
      return user == null || account == null || !Username.isUsername(user)
          ? null
          : new Origin(required("line"), Instant.parse(required("at")), account, user);
    }

    private @Nullable String id() {
      String id = text("id");
      return id == null || MessageId.time(id) == null ? null : id;
    }

    private Taken taken(Origin origin, boolean isWhole, Outcome outcome) {
      List<String> recipients = texts("recipients");
      return new Taken(
          origin.line(),
          origin.at(),
          isWhole,
          required("ip"),
          text("authenticatedBy"),
          emptyIsNone(text("helo")),
          text("tls"),
          text("mailFrom"),
          Taken.named(recipients),
          recipients.size(),
          number("bytes"),
          outcome,
          text("reason"),
          text("reply"),
          number("millis"),
          Math.max(1, Objects.requireNonNullElse(number("times"), 1L)));
    }

    private static @Nullable String emptyIsNone(@Nullable String text) {
      return text == null || text.isEmpty() ? null : text;
    }

    private @Nullable String text(String name) {
      JsonNode value = node.get(name);
      return value != null && value.isString() ? value.getStringValue() : null;
    }

    private String required(String name) {
      String value = text(name);
      if (value == null) {
        throw new IllegalArgumentException("no " + name);
      }
      return value;
    }

    private @Nullable Long number(String name) {
      JsonNode value = node.get(name);
      return value != null && value.isNumber() ? value.getLongValue() : null;
    }

    private List<String> texts(String name) {
      JsonNode value = node.get(name);
      if (value == null || !value.isArray()) {
        return List.of();
      }
      var texts = new ArrayList<String>();
      value.values().forEach(each -> texts.add(each.isString() ? each.getStringValue() : ""));
      return texts;
    }
  }
}
