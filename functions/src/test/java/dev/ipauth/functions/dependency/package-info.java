@NullMarked
package dev.ipauth.functions.dependency;

import org.jspecify.annotations.NullMarked;
