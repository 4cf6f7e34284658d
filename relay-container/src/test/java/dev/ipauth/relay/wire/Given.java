package dev.ipauth.relay.wire;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a transcript says was so before: who may send, and what the relay allows. Answers as {@link
 * Access} from that, at once or, as in life, a little later and on another thread.
 */
final class Given implements Access {
  private static final PasswordHash PROOF = new PasswordHash("proof");

  /** Before what has changed by the time that the text begins. */
  private static final String AT_DATA = "at DATA ";

  private final List<AllowedSender> allowedSenders = new ArrayList<>();
  private String username = "scanner-2f";
  private boolean nominated;
  private boolean disabled;
  private boolean passwordChanged;
  private boolean tablesUnreadable;
  private @Nullable Given atData;
  boolean authWithoutTls;
  long maxMessageBytes = 10_000_000;
  int maxRecipients = 100;
  long headerBudget = 1 << 20;

  static Given of(List<String> sentences) {
    var given = new Given();
    var atData = new Given();
    for (String sentence : sentences) {
      if (sentence.startsWith(AT_DATA)) {
        atData.apply(sentence.substring(AT_DATA.length()));
      } else {
        given.apply(sentence);
        atData.apply(sentence);
      }
    }
    given.atData = atData;
    return given;
  }

  private void apply(String sentence) {
    String last = sentence.substring(sentence.lastIndexOf(' ') + 1);
    switch (sentence.replace(last, "…")) {
      case "the device's address is …" -> nominated = last.equals("nominated");
      case "the device's address is nominated by …" -> username = last;
      case "the password is …" -> passwordChanged = last.equals("changed");
      case "the SMTP user is …" -> disabled = last.equals("disabled");
      case "the tables are …" -> tablesUnreadable = last.equals("unreadable");
      case "AUTH without TLS is …" -> authWithoutTls = last.equals("allowed");
      case "an allowed sender …" -> allowedSenders.add(AllowedSender.parse(last));
      case "a largest message of …" -> maxMessageBytes = Long.parseLong(last);
      case "room for headers: …" -> headerBudget = Long.parseLong(last);
      case "at most this many recipients: …" -> maxRecipients = Integer.parseInt(last);
      case "only in …" -> {}
      default -> throw new IllegalArgumentException("given " + sentence);
    }
  }

  @Override
  public CompletionStage<AuthAnswer> authenticate(
      String username, String password, IpAddress from) {
    return later(
        tablesUnreadable
            ? new AuthAnswer.Unsure()
            : username.equals("scanner-2f") && password.equals("secret")
                ? rightPassword()
                : AuthAnswer.Refused.NOBODY);
  }

  @Override
  public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
    return later(decide(login));
  }

  private AuthAnswer rightPassword() {
    return disabled
        ? new AuthAnswer.Refused(user(), true)
        : new AuthAnswer.Accepted(new Login(user().username(), user().accountId(), PROOF));
  }

  @Override
  public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
    return later((atData == null ? this : atData).decide(login));
  }

  private Permission decide(@Nullable Login login) {
    if (tablesUnreadable) {
      return new Permission.Unsure();
    }
    if (login != null && !passwordChanged) {
      return new Permission.Granted(user(), AuthenticatedBy.PASSWORD);
    }
    if (!nominated) {
      return new Permission.Nobody();
    }
    return disabled
        ? new Permission.Disabled(user())
        : new Permission.Granted(user(), AuthenticatedBy.IP);
  }

  private SmtpUser user() {
    return new SmtpUser(
        new Username(username),
        "acme",
        new SmtpUser.Profile(null, !disabled, List.of(), allowedSenders, null),
        new SmtpUser.Password(PROOF, Instant.EPOCH),
        null,
        null,
        Instant.EPOCH,
        1);
  }

  private static <T> CompletionStage<T> later(T answer) {
    return CompletableFuture.supplyAsync(() -> answer, Thread::startVirtualThread);
  }
}
