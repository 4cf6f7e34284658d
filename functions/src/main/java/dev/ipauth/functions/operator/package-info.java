/**
 * What only whoever runs the platform may do. Start reading at {@link
 * dev.ipauth.functions.operator.OperatorHandler}.
 */
@NullMarked
package dev.ipauth.functions.operator;

import org.jspecify.annotations.NullMarked;
