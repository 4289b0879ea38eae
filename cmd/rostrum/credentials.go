package main

import (
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/internal/fault"
)

// addAdmin adds the flags of a command that needs an admin token: on the server's machine it is found in the data folder.
func addAdmin(cmd *cobra.Command) {
	addServer(cmd)
	cmd.Flags().String("data", "", "data folder of an instance on this machine, whose admin.token to use (default: as configured)")
}

// tokenOf finds the token that a command sends: ROSTRUM_TOKEN, the file that --token-file or ROSTRUM_TOKEN_FILE names, and for a command
// that needs an admin token the one in the data folder, which is sent to this machine alone. Empty: none.
func tokenOf(cmd *cobra.Command, server string) (string, error) {
	if token := os.Getenv("ROSTRUM_TOKEN"); token != "" && !cmd.Flags().Changed("token-file") {
		return token, nil
	}
	file, err := cmd.Flags().GetString("token-file")
	if err != nil {
		return "", err
	}
	if file != "" {
		return readToken(file)
	}
	if cmd.Flags().Lookup("data") == nil || !onLoopback(server) {
		return "", nil
	}
	token, err := readToken(filepath.Join(dataOf(cmd), app.AdminTokenFile))
	if errors.Is(err, os.ErrNotExist) && !cmd.Flags().Changed("data") {
		return "", nil // the server says what it wants
	}
	return token, err
}

func readToken(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", &fault.Error{Kind: fault.Invalid, What: "the token can't be read: " + err.Error(), Remedy: "check the path and its permissions", Position: -1, Err: err}
	}
	return strings.TrimSpace(string(text)), nil
}

// dataOf is the data folder: --data, else what the configuration in the working directory or the environment says.
func dataOf(cmd *cobra.Command) string {
	if dir, _ := cmd.Flags().GetString("data"); dir != "" {
		return dir
	}
	cfg, _ := configs.LoadFile("", configs.Options{Env: os.Environ()}) // what is wrong with it is not this command's business
	return cfg.Data
}

func onLoopback(server string) bool {
	u, err := url.Parse(server)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
