package dev.ipauth.functions.register;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Username;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP user that is to be made.
 *
 * @param username null to have one made
 * @param ip the address it nominates from the start, if any
 */
public record NewSmtpUser(
    @Nullable Username username,
    @Nullable String description,
    List<Network> ipRestrictions,
    @Nullable IpAddress ip) {}
