/**
 * The tables as Java: their names and keys, the records in them, and the values those records are
 * made of. Functions write them and the relay reads them; this package belongs to neither and knows
 * neither.
 *
 * <p>{@code infra/tables/tables.yaml} says the same in CloudFormation; {@code SchemasTest} holds
 * one against the other. Start reading at {@link dev.ipauth.tables.SmtpUser}.
 */
@NullMarked
package dev.ipauth.tables;

import org.jspecify.annotations.NullMarked;
