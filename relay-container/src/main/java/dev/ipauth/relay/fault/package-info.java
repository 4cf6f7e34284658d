/**
 * Failures in words for an operator, to whom names of Java's classes say nothing, and no oftener
 * than an operator can read.
 */
@NullMarked
package dev.ipauth.relay.fault;

import org.jspecify.annotations.NullMarked;
