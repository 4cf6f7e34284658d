/** Failures in words for an operator, to whom names of Java's classes say nothing. */
@NullMarked
package dev.ipauth.relay.fault;

import org.jspecify.annotations.NullMarked;
