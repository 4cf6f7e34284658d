/**
 * The relay's settings, read once from environment variables.
 *
 * <p>Each is written down once, as a {@link dev.ipauth.relay.settings.Setting} beside the record it
 * feeds: its name, default, form and meaning. The code, {@code infra/docs/CONFIGURATION.md} and the
 * test of all defaults come from there. All that is bad is said at once, a line for each, and never
 * with a secret in it.
 *
 * <p>Start reading at {@link dev.ipauth.relay.settings.Settings}, then at {@code Operation}, its
 * shortest part.
 */
@NullMarked
package dev.ipauth.relay.settings;

import org.jspecify.annotations.NullMarked;
