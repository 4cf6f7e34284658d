/** A training run, tried on the relay of this build. */
@NullMarked
package dev.ipauth.training;

import org.jspecify.annotations.NullMarked;
