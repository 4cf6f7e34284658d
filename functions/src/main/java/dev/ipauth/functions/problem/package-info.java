/**
 * What goes wrong, as RFC 9457 problems: {@link dev.ipauth.functions.problem.ProblemType} lists all
 * of them. Whatever fails in the application or in the framework below it leaves as one of these,
 * and no exception's message goes out with it.
 */
@NullMarked
package dev.ipauth.functions.problem;

import org.jspecify.annotations.NullMarked;
