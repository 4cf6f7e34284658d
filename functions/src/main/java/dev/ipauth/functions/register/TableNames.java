package dev.ipauth.functions.register;

/** What the tables of {@code infra/tables/tables.yaml} are called in this deployment. */
public record TableNames(
    String smtpUsers,
    String ipAuthentications,
    String accounts,
    String audit,
    String idempotencyKeys,
    String apiRates,
    String proofCodes) {}
