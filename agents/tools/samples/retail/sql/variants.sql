-- The products of some items, each with those variants only.
SELECT json_build_object(
  'product_id', p.product_id,
  'name', p.name,
  'variants', json_object_agg(v.item_id, json_build_object(
    'item_id', v.item_id, 'options', v.options, 'available', v.is_available, 'price', v.price
  ))
)::text
FROM retail_variant v JOIN retail_product p ON p.id = v.product_id
WHERE v.item_id = ANY(%(item_ids)s) AND v.world = %(base)s
GROUP BY p.product_id, p.name
