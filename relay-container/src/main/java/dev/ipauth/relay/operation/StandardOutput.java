package dev.ipauth.relay.operation;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;

/**
 * Standard output as it is: {@code System.out} keeps its failures to itself, and event lines would
 * be lost unnoticed.
 */
public final class StandardOutput {
  private StandardOutput() {}

  public static OutputStream open() {
    return new FileOutputStream(FileDescriptor.out);
  }
}
