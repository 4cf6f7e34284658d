package dev.ipauth.tables;

import java.time.Instant;

/**
 * A row of {@code IpAuthentications}: this address is that SMTP user's. The row's key is the
 * address alone, which is what gives it one owner across the platform.
 *
 * @param since when it was nominated, UTC
 */
public record IpAuthentication(IpAddress ip, String accountId, Username username, Instant since) {}
