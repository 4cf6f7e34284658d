/**
 * What the relay tells its operator: a JSON line for each transaction and refusal ({@link
 * dev.ipauth.relay.operation.EventLog}), figures for Prometheus ({@link
 * dev.ipauth.relay.operation.Metrics}), and whether it lives and can serve ({@link
 * dev.ipauth.relay.operation.Management}).
 *
 * <p>None of it ever holds up mail: what can't be written is counted and left out. No secret and no
 * message content comes here, and what came from outside is made harmless before it is written.
 */
@NullMarked
package dev.ipauth.relay.operation;

import org.jspecify.annotations.NullMarked;
