@NullMarked
package dev.ipauth.local.lines;

import org.jspecify.annotations.NullMarked;
