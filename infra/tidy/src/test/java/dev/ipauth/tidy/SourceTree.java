package dev.ipauth.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The files below a folder that somebody wrote: none that a build makes and takes away again. */
final class SourceTree extends SimpleFileVisitor<Path> {
  private static final Set<String> MADE = Set.of(".git", ".aws-sam", "target", "node_modules");

  private final Set<Path> files = new TreeSet<>();

  private SourceTree() {}

  /** In the order of their paths. */
  static List<Path> files(Path folder) {
    var tree = new SourceTree();
    try {
      Files.walkFileTree(folder, tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(tree.files);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    boolean made = MADE.contains(folder.getFileName().toString());
    return made ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    files.add(file);
    return FileVisitResult.CONTINUE;
  }

  /** Gone since its folder was read. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException gone) {
    return FileVisitResult.CONTINUE;
  }
}
