package dev.ipauth.functions.register;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What an operator sets of the register.
 *
 * @param maxSmtpUsers how many an account may have, 1 or more
 * @param auditRetention how long a line of the audit trail is kept
 */
public record RegisterSettings(
    int maxSmtpUsers,
    Duration auditRetention,
    NominationProof nominationProof,
    Nominable nominable) {

  /** Which addresses may be nominated. */
  public enum Nominable {
    /** Whatever can be one device's address. */
    ANY,
    /** Only what can be reached from anywhere, so that it is one network's only. */
    PUBLIC
  }

  private static final int MOST = 999_999_999;

  private static final Setting<Integer> MAX_SMTP_USERS =
      Setting.of(
          "MAX_SMTP_USERS", Form.number(1, MOST), "1000", "SMTP users that an account may have.");
  public static final Setting<Duration> AUDIT_RETENTION =
      Setting.of(
          "AUDIT_RETENTION",
          Form.number(1, MOST).map(Duration::ofDays),
          "400",
          "Days that the audit trail is kept.");
  private static final Setting<NominationProof> NOMINATION_PROOF =
      Setting.of(
          "NOMINATION_PROOF",
          Form.oneOf(
              List.of("off", "required"),
              word -> NominationProof.valueOf(word.toUpperCase(Locale.ROOT))),
          "off",
          "`required`: an address counts once somebody at it has opened a link and agreed, unless"
              + " it is the caller's own.");
  private static final Setting<Nominable> NOMINABLE_IPS =
      Setting.of(
          "NOMINABLE_IPS",
          Form.oneOf(
              List.of("public", "any"), word -> Nominable.valueOf(word.toUpperCase(Locale.ROOT))),
          "public",
          "`public` refuses addresses that no device on the internet can have.");

  public static final List<Setting<?>> ALL =
      List.of(MAX_SMTP_USERS, AUDIT_RETENTION, NOMINATION_PROOF, NOMINABLE_IPS);

  public static RegisterSettings from(Values values) {
    return new RegisterSettings(
        values.get(MAX_SMTP_USERS),
        values.get(AUDIT_RETENTION),
        values.get(NOMINATION_PROOF),
        values.get(NOMINABLE_IPS));
  }
}
