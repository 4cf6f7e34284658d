package dev.ipauth.tables;

import java.time.Instant;

/** The address that an SMTP user nominates for IP authentication, and since when. */
public record Nomination(IpAddress ip, Instant since) {}
