/** The platform whole: what the README's "Try it" does, and what the two promises say. */
@NullMarked
package dev.ipauth.local;

import org.jspecify.annotations.NullMarked;
