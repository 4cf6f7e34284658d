package dev.ipauth.relay.smtp;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Instant;
import java.util.List;

/** SMTP users for tests that look at no table. */
public final class TestUsers {
  public static final SmtpUser SCANNER = of("scanner", "acme", List.of());

  private TestUsers() {}

  public static SmtpUser of(String username, String accountId, List<AllowedSender> senders) {
    return new SmtpUser(
        new Username(username),
        accountId,
        SmtpUser.Profile.NEW.withAllowedSenders(senders),
        new SmtpUser.Password(new PasswordHash("h"), Instant.EPOCH),
        null,
        null,
        Instant.EPOCH,
        1);
  }
}
