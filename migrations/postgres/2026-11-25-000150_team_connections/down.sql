DROP TABLE team_connections;
