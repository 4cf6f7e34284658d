@NullMarked
package dev.ipauth.packages;

import org.jspecify.annotations.NullMarked;
