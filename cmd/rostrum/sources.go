package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"rostrum/search"
)

func newSources() *cobra.Command {
	cmd := &cobra.Command{Use: "sources", Short: "How the sources are doing; look at a site, add a source"}
	var asJSON bool
	list := &cobra.Command{
		Use:   "list",
		Short: "Health, last fetch, next fetch, why failing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			if asJSON {
				body, err := c.get(cmd.Context(), "/api/v1/sources", nil)
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(body)
				return failed(err)
			}
			var found struct{ Sources []search.SourceState }
			if err := c.getJSON(cmd.Context(), "/api/v1/sources", nil, &found); err != nil {
				return err
			}
			t := newTable("SOURCE", "STATE", "LAST FETCH", "LAST NEW", "NEXT FETCH", "PAGES", "FAILED", "PENDING", "REASON")
			for _, s := range found.Sources {
				t.row(s.ID, s.State, when(s.LastFetch), when(s.LastNew), when(s.NextFetch), fmt.Sprint(s.Pages), fmt.Sprint(s.Failed), fmt.Sprint(s.Pending), s.Reason)
			}
			p := paintOf(cmd.OutOrStdout())
			t.show = func(column int, cell string) string {
				if column == 1 {
					return p.state(cell)
				}
				return cell
			}
			return failed(t.print(cmd.OutOrStdout()))
		},
	}
	list.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addServer(list)
	cmd.AddCommand(list, newSourcesCheck(), newSourcesAdd())
	return cmd
}
