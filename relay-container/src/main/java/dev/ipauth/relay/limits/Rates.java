package dev.ipauth.relay.limits;

import java.time.Duration;

/**
 * What is allowed; 0 is no limit.
 *
 * @param connections at once
 * @param connectionsPerAddress at once, from one address
 * @param connectionsPerMinute from one address
 * @param messagesPerMinutePerAddress from one address
 * @param messagesPerMinutePerUser through one SMTP user, wherever it comes from
 * @param authFailures of one address, after which it is shut out from AUTH
 * @param authShutOut for how long
 */
public record Rates(
    int connections,
    int connectionsPerAddress,
    int connectionsPerMinute,
    int messagesPerMinutePerAddress,
    int messagesPerMinutePerUser,
    int authFailures,
    Duration authShutOut) {}
