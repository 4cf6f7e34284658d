package dev.ipauth.functions.caller;

import dev.ipauth.tables.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as the verified token and the connection say; or who answers for an address, as
 * the connection alone says.
 *
 * @param accountId whose things these are
 * @param subject the token's subject: who acts for the account; null for whoever is at an address
 *     and hasn't signed in
 * @param ip where the request came from
 * @param deadline until when the request is worked on
 */
public record Caller(String accountId, @Nullable String subject, IpAddress ip, Deadline deadline) {}
