/**
 * DynamoDB's expressions: conditions, filters, keys, updates and projections, read by one grammar
 * and evaluated on rows. Nothing here knows of tables.
 *
 * <p>Every mistake in an expression is a {@code ValidationException} in DynamoDB's words. Start
 * reading at {@link dev.ipauth.embedded.expression.Expressions}.
 */
@NullMarked
package dev.ipauth.embedded.expression;

import org.jspecify.annotations.NullMarked;
