package dev.ipauth.functions.register;

import java.util.function.BinaryOperator;

/** What the register's tables are called in this deployment. */
public record RegisterTables(
    String smtpUsers,
    String ipAuthentications,
    String accounts,
    String audit,
    String idempotencyKeys,
    String apiRates,
    String proofCodes) {

  /**
   * As the environment has it.
   *
   * @param read takes a variable, and what it means not to set it
   */
  public static RegisterTables read(BinaryOperator<String> read) {
    return new RegisterTables(
        read.apply("SMTP_USERS_TABLE", "SmtpUsers"),
        read.apply("IP_AUTHENTICATIONS_TABLE", "IpAuthentications"),
        read.apply("ACCOUNTS_TABLE", "Accounts"),
        read.apply("AUDIT_TABLE", "Audit"),
        read.apply("IDEMPOTENCY_KEYS_TABLE", "IdempotencyKeys"),
        read.apply("API_RATES_TABLE", "ApiRates"),
        read.apply("PROOF_CODES_TABLE", "ProofCodes"));
  }
}
