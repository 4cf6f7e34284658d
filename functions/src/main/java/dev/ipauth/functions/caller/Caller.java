package dev.ipauth.functions.caller;

import dev.ipauth.tables.IpAddress;

/**
 * Who is calling, as the verified token and the connection say.
 *
 * @param accountId whose things these are
 * @param subject the token's subject: who acts for the account
 * @param ip where the request came from
 * @param deadline until when the request is worked on
 */
public record Caller(String accountId, String subject, IpAddress ip, Deadline deadline) {}
