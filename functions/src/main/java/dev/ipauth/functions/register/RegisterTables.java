package dev.ipauth.functions.register;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.util.List;

/** What the register's tables are called in this deployment. */
public record RegisterTables(
    String smtpUsers,
    String ipAuthentications,
    String accounts,
    String audit,
    String idempotencyKeys,
    String apiRates,
    String proofCodes) {
  private static final Setting<String> SMTP_USERS =
      Setting.of("SMTP_USERS_TABLE", Form.table(), "SmtpUsers", "The table of SMTP users.");
  private static final Setting<String> IP_AUTHENTICATIONS =
      Setting.of(
          "IP_AUTHENTICATIONS_TABLE",
          Form.table(),
          "IpAuthentications",
          "The table of IP authentications.");
  private static final Setting<String> ACCOUNTS =
      Setting.of(
          "ACCOUNTS_TABLE", Form.table(), "Accounts", "How many SMTP users each account has.");
  private static final Setting<String> AUDIT =
      Setting.of("AUDIT_TABLE", Form.table(), "Audit", "The audit trail.");
  private static final Setting<String> IDEMPOTENCY_KEYS =
      Setting.of(
          "IDEMPOTENCY_KEYS_TABLE",
          Form.table(),
          "IdempotencyKeys",
          "Requests that can be sent again.");
  private static final Setting<String> API_RATES =
      Setting.of("API_RATES_TABLE", Form.table(), "ApiRates", "Each account's requests.");
  private static final Setting<String> PROOF_CODES =
      Setting.of(
          "PROOF_CODES_TABLE",
          Form.table(),
          "ProofCodes",
          "Links that prove control of an address.");

  public static final List<Setting<?>> ALL =
      List.of(
          SMTP_USERS,
          IP_AUTHENTICATIONS,
          ACCOUNTS,
          AUDIT,
          IDEMPOTENCY_KEYS,
          API_RATES,
          PROOF_CODES);

  public static RegisterTables from(Values values) {
    return new RegisterTables(
        values.get(SMTP_USERS),
        values.get(IP_AUTHENTICATIONS),
        values.get(ACCOUNTS),
        values.get(AUDIT),
        values.get(IDEMPOTENCY_KEYS),
        values.get(API_RATES),
        values.get(PROOF_CODES));
  }
}
