/** Whether a leak is found. */
@NullMarked
package dev.ipauth.leaks;

import org.jspecify.annotations.NullMarked;
