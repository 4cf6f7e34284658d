/**
 * The HTTP API below {@code /v1}: what a request says, and what is answered.
 *
 * <p>A body is read strictly ({@link dev.ipauth.functions.api.Fields}), its values become those of
 * {@code infra/tables} ({@link dev.ipauth.functions.api.Values}), and the register does the rest.
 * Start reading at {@link dev.ipauth.functions.api.SmtpUserController}.
 */
@NullMarked
package dev.ipauth.functions.api;

import org.jspecify.annotations.NullMarked;
