package dev.ipauth.packages;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The image of the same files as the Debian package's: a C library, the runtime and the platform,
 * on nothing. There is no shell in it, and no user but its own.
 */
final class Image {
  private static final String HOME = "/usr/lib/ipauth-relay/";
  private static final String DATA = "/var/lib/ipauth-relay";
  private static final String OWNER = "65532:65532";

  // No port below 1024, which would need a privilege: whoever runs it maps them.
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "DATA_DIR", DATA,
          "SIGN_IN", "key",
          "HTTP_ADDRESS", "0.0.0.0",
          "LC_ALL", "C.UTF-8",
          "SMTP_PORTS", "2525",
          "SMTPS_PORTS", "4650");

  private final Path tree;
  private final Instant made;

  /**
   * @param tree the root of its files
   * @param made the time of them all, so that the same files are the same image
   */
  private Image(Path tree, Instant made) {
    this.tree = tree;
    this.made = made;
  }

  /**
   * Writes it, in the layout of OCI.
   *
   * @param arguments the tree, its architecture ({@code amd64}), the version, the time of its files
   *     (seconds since 1970), and the path of the tar
   */
  public static void main(String... arguments) throws Exception {
    var image =
        new Image(Path.of(arguments[0]), Instant.ofEpochSecond(Long.parseLong(arguments[3])));
    var tar = TarImage.at(Path.of(arguments[4])).named("ipauth-relay:" + arguments[2]);
    Jib.fromScratch()
        .setFormat(ImageFormat.OCI)
        .setPlatforms(Set.of(new Platform(arguments[1], "linux")))
        .setCreationTime(image.made)
        .setFileEntriesLayers(image.layers())
        .setEnvironment(DEFAULTS)
        .setEntrypoint(
            HOME + "runtime/bin/java", "@" + HOME + "jvm-options", "-jar", HOME + "local.jar")
        .setUser(OWNER)
        .setWorkingDirectory(AbsoluteUnixPath.get(DATA))
        .addVolume(AbsoluteUnixPath.get(DATA))
        .setExposedPorts(Port.tcp(2525), Port.tcp(4650), Port.tcp(8080), Port.tcp(9090))
        .addLabel("org.opencontainers.image.title", "SMTP relay with IP authentication")
        .addLabel("org.opencontainers.image.version", arguments[2])
        .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
        .containerize(Containerizer.to(tar).setOfflineMode(true).setToolName("ipauth-relay"));
  }

  /** What changes with each version of the platform is apart from what doesn't. */
  private List<FileEntriesLayer> layers() throws IOException {
    Predicate<String> libraries =
        file -> file.startsWith(HOME + "lib/") || file.startsWith(HOME + "native/");
    Predicate<String> platform =
        file ->
            !libraries.test(file)
                && file.startsWith("/usr/")
                && !file.contains("/runtime/")
                && !file.startsWith("/usr/lib/locale");
    return List.of(
        layer("runtime", libraries.or(platform).negate()),
        layer("libraries", libraries),
        layer("platform", platform));
  }

  private FileEntriesLayer layer(String name, Predicate<String> holds) throws IOException {
    var layer = FileEntriesLayer.builder().setName(name);
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted().toList()) {
        String place = "/" + tree.relativize(file);
        if (!file.equals(tree) && holds.test(place)) {
          layer.addEntry(
              file,
              AbsoluteUnixPath.get(place),
              FilePermissions.fromPosixFilePermissions(Files.getPosixFilePermissions(file)),
              made,
              place.equals(DATA) ? OWNER : "0:0");
        }
      }
    }
    return layer.build();
  }
}
