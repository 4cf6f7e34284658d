/** What the packages hold that is made of something else: the file of settings, and the image. */
@NullMarked
package dev.ipauth.packages;

import org.jspecify.annotations.NullMarked;
