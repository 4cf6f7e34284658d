package dev.ipauth.functions.register;

import java.time.Duration;

/**
 * What an operator sets of the register.
 *
 * @param maxSmtpUsers how many an account may have, 1 or more
 * @param auditRetention how long a line of the audit trail is kept
 */
public record RegisterSettings(
    int maxSmtpUsers, Duration auditRetention, NominationProof nominationProof) {}
