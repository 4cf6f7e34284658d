package dev.ipauth.functions.register;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP user that is to be made.
 *
 * @param username null to have one made
 * @param ip the address it nominates from the start, if any
 */
public record NewSmtpUser(
    @Nullable Username username, SmtpUser.Profile profile, @Nullable IpAddress ip) {}
