-- Who has this e-mail address, as a world sees its customers.
SELECT to_json(a.user_id)::text
FROM retail_customer a
WHERE lower(a.email) = lower(%(email)s)
  AND (a.world = %(own)s OR a.world = %(base)s AND NOT EXISTS (
    SELECT FROM retail_customer b WHERE b.user_id = a.user_id AND b.world = %(own)s
  ))
ORDER BY a.id
LIMIT 1
