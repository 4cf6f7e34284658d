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
  static final Path REPOSITORY = Path.of(System.getProperty("repository"));

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

  /** All of the repository's Java. */
  static List<Path> java() {
    return files(REPOSITORY).stream().filter(file -> file.toString().endsWith(".java")).toList();
  }

  /** What isn't there for tests alone. */
  static List<Path> javaOfTheProduct() {
    return java().stream().filter(file -> file.toString().contains("/src/main/java/")).toList();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
